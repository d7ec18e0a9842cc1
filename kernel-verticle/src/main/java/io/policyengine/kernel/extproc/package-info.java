/**
 * The ext_proc server and its exchanges: how they begin, are admitted, run in two directions, and end. Over
 * twenty types, since exchanges share a context, a first message and a verdict.
 */
@NullMarked
package io.policyengine.kernel.extproc;

import org.jspecify.annotations.NullMarked;
