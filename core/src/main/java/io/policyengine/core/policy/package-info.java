/**
 * The SPI: what authors of policies implement, and what the engine passes to them. The package has over twenty types,
 * since an author looks for all of them in one package.
 */
@Api
@NullMarked
package io.policyengine.core.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
