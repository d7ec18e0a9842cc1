/**
 * The ext_proc server and its exchanges: how they begin, are admitted, run in two directions, and end. The package has
 * over twenty types, since all of them share an exchange's context, first message and verdict.
 */
@NullMarked
package io.policyengine.kernel.extproc;

import org.jspecify.annotations.NullMarked;
