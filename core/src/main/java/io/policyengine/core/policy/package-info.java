/** The SPI: what an author of a policy implements, and what the engine hands to it. */
@NullMarked
package io.policyengine.core.policy;

import org.jspecify.annotations.NullMarked;
