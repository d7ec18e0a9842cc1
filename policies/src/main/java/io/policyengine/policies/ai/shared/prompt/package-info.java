/** The prompts in requests for models, in the shape of each provider: who says what in them, where it stands, and how it is changed. */
@NullMarked
package io.policyengine.policies.ai.shared.prompt;

import org.jspecify.annotations.NullMarked;
