/** Annotations that state how stable a package is for code outside of the engine. */
@Api
@NullMarked
package io.policyengine.core.stability;

import org.jspecify.annotations.NullMarked;
