/** Kernel and workers wired together, as processes. */
@NullMarked
package io.policyengine.app.engine;

import org.jspecify.annotations.NullMarked;
