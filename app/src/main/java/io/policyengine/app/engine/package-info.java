/** The engine's processes, which wire kernel and workers together. */
@NullMarked
package io.policyengine.app.engine;

import org.jspecify.annotations.NullMarked;
