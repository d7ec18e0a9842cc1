/** The SPI: what an author of a policy implements, and what the engine hands to it. */
@Api
@NullMarked
package io.policyengine.core.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
