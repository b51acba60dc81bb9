import { stemmerFor } from './stemmers/stemmer-for.js';

/** @param word  lower case; digits and letters beyond a-z count as consonants */
export const stemEnglish = stemmerFor('english');
