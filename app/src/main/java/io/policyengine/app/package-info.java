/** The command line of the engine. */
@NullMarked
package io.policyengine.app;

import org.jspecify.annotations.NullMarked;
