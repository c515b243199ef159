/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a sanitizer puts functions of its own before those of libc: a test cannot do so then. */
#ifndef ICCSIM_TESTS_SANITIZED_H
#define ICCSIM_TESTS_SANITIZED_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED 1
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

#endif
