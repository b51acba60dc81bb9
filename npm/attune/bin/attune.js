#!/usr/bin/env node
// Stands in the checkout, so that installing links the command before it is built.
import '@attune/cli/command';
