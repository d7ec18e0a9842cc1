/** The process of the engine: its memory, metrics and termination. */
@NullMarked
package io.policyengine.app.process;

import org.jspecify.annotations.NullMarked;
