// Made by make.py from sesotho_stemmer.py of snowballstemmer 3.1.1, which Snowball's compiler wrote. BSD-3-Clause: see COPYING.
import snowball = require('./stemmer.cjs');

const { among, grouping } = snowball;
const g_v = grouping('aeiou');
const a_0 = among([
  ['ba', -1, -1], ['boi', -1, -1], ['le', -1, -1], ['li', -1, -1], ['ma', -1, -1], ['me', -1, -1],
  ['mo', -1, -1], ['se', -1, -1],
]);
const a_1 = among([
  ['a', -1, 1], ['ela', 0, 1], ['isa', 0, 1], ['wa', 0, 1], ['ile', -1, 1], ['etse', -1, 1], ['ang', -1, 1],
  ['eng', -1, 1], ['ong', -1, 1],
]);
const a_2 = among([
  ['ana', -1, 1], ['nyana', 0, 1], ['oa', -1, 1], ['i', -1, 1], ['ano', -1, 1],
]);

class SesothoStemmer extends snowball.Stemmer {
  I_pV = 0;

  r_mark_regions(): boolean {
    let v_1 = 0, v_2 = 0;
    v_1 = this.cursor;
    if (!this.go_out_grouping(g_v)) {
      return false;
    }
    this.cursor += 1;
    this.I_pV = this.cursor;
    this.cursor = v_1;
    v_2 = this.cursor;
    if (this.cursor + 2 > this.limit) {
      return false;
    }
    this.cursor += 2;
    lab0: {
      if (this.cursor <= this.I_pV) {
        break lab0;
      }
      this.I_pV = this.cursor;
    }
    this.cursor = v_2;
    return true;
  }

  r_remove_noun_prefixes(): boolean {
    let v_1 = 0;
    this.bra = this.cursor;
    if (this.find_among(a_0) === 0) {
      return false;
    }
    this.ket = this.cursor;
    v_1 = this.cursor;
    if (this.cursor >= this.limit) {
      return false;
    }
    this.cursor += 1;
    if (this.cursor >= this.limit) {
      return false;
    }
    this.cursor = v_1;
    if (!this.go_out_grouping(g_v)) {
      return false;
    }
    this.cursor += 1;
    this.slice_del();
    return true;
  }

  r_remove_verb_suffixes(): boolean {
    let v_2 = 0;
    if (this.cursor < this.I_pV) {
      return false;
    }
    v_2 = this.limit_backward;
    this.limit_backward = this.I_pV;
    this.ket = this.cursor;
    if (this.find_among_b(a_1) === 0) {
      this.limit_backward = v_2;
      return false;
    }
    this.bra = this.cursor;
    this.slice_del();
    this.limit_backward = v_2;
    return true;
  }

  r_remove_nominal_suffixes(): boolean {
    let v_2 = 0;
    if (this.cursor < this.I_pV) {
      return false;
    }
    v_2 = this.limit_backward;
    this.limit_backward = this.I_pV;
    this.ket = this.cursor;
    if (this.find_among_b(a_2) === 0) {
      this.limit_backward = v_2;
      return false;
    }
    this.bra = this.cursor;
    this.slice_del();
    this.limit_backward = v_2;
    return true;
  }

  override stem(): boolean {
    let v_1 = 0, v_2 = 0, v_3 = 0;
    if (!this.r_mark_regions()) {
      return false;
    }
    this.limit_backward = this.cursor;
    this.cursor = this.limit;
    v_1 = this.limit - this.cursor;
    this.r_remove_nominal_suffixes();
    this.cursor = this.limit - v_1;
    v_2 = this.limit - this.cursor;
    this.r_remove_verb_suffixes();
    this.cursor = this.limit - v_2;
    this.cursor = this.limit_backward;
    v_3 = this.cursor;
    this.r_remove_noun_prefixes();
    this.cursor = v_3;
    return true;
  }
}

export = SesothoStemmer;
