/** A provider of models that is none: it answers in the shapes of five APIs, well or badly as a test asks for, and knows what it would bill. */
@Internal
@NullMarked
package io.policyengine.testkit.provider;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
