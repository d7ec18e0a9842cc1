/** The engine's process: its memory, its metrics, and its termination. */
@NullMarked
package io.policyengine.app.process;

import org.jspecify.annotations.NullMarked;
