/* What the sources of planar networks share. */
#pragma once
#include "elementary.h"

#define EXPORT_VALUE(type, name) __attribute__((export_name(#name))) type name

INLINE float horizontal_sum(v128_t x) {
  return (wasm_f32x4_extract_lane(x, 0) + wasm_f32x4_extract_lane(x, 1)) +
         (wasm_f32x4_extract_lane(x, 2) + wasm_f32x4_extract_lane(x, 3));
}

/* All ones in the lanes b .. b + 3 that are below `count`. */
INLINE v128_t lanes_below(int b, int count) {
  return wasm_i32x4_lt(wasm_i32x4_add(wasm_i32x4_splat(b), wasm_i32x4_const(0, 1, 2, 3)), wasm_i32x4_splat(count));
}
