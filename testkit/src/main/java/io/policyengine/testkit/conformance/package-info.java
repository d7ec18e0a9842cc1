/** The conformance suite: what an ext_proc server must and must not do, as data files that {@code EnvoySim} plays. */
@NullMarked
package io.policyengine.testkit.conformance;

import org.jspecify.annotations.NullMarked;
