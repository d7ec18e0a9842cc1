/**
 * The SPI: what an author of a policy implements, and what the engine hands to it. Over twenty types, since it is all that a policy sees.
 */
@Api
@NullMarked
package io.policyengine.core.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
