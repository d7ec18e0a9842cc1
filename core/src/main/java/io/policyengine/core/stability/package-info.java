/** The stability promises of packages to code outside of the engine. */
@Api
@NullMarked
package io.policyengine.core.stability;

import org.jspecify.annotations.NullMarked;
