/** The way to workers in processes of their own. */
@NullMarked
package io.policyengine.kernel.remote;

import org.jspecify.annotations.NullMarked;
