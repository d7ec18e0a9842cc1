/** A limit, and the ways by which it counts: a bucket, windows that are fixed or slide, windows of a calendar. */
@NullMarked
package io.policyengine.policies.traffic.shared.limit;

import org.jspecify.annotations.NullMarked;
