/** The promise of each package to code outside of the engine. */
@Api
@NullMarked
package io.policyengine.core.stability;

import org.jspecify.annotations.NullMarked;
