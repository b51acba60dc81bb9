// The main function of every test program, compiled once:
// doctest's implementation is the larger part of each.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
