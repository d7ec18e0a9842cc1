/** A fake model provider: it answers in the formats of five APIs, as scripted, and counts the tokens it would bill. */
@Internal
@NullMarked
package io.policyengine.testkit.provider;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;
