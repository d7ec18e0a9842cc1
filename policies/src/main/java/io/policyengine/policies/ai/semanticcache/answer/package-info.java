/** Decides which answers of models are complete, and so may be replayed. */
@NullMarked
package io.policyengine.policies.ai.semanticcache.answer;

import org.jspecify.annotations.NullMarked;
