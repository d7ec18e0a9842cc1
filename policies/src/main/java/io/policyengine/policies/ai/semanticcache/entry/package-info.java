/** The answers of a partition in the store: found by their question's digest, or by the vector that is nearest. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.entry;

import org.jspecify.annotations.NullMarked;
