/**
 * A fake model provider that answers in the formats of five APIs, as a test specifies, and counts the tokens that it
 * would bill.
 */
@Internal
@NullMarked
package io.policyengine.testkit.provider;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
