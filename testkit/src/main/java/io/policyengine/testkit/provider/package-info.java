/**
 * A fake provider of models: it answers in the shapes of five APIs, correctly or not as a test requires, and knows what
 * it would bill.
 */
@Internal
@NullMarked
package io.policyengine.testkit.provider;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
