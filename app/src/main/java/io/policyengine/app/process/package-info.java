/** The process that an engine runs in: its memory, its metrics, and how it ends. */
@NullMarked
package io.policyengine.app.process;

import org.jspecify.annotations.NullMarked;
