/** The SPI: what authors of policies implement, and what the engine passes to them. That takes over twenty types. */
@Api
@NullMarked
package io.policyengine.core.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
