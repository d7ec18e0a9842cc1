/** The prompts in model requests, for each provider's interface: how messages, roles and texts are read and edited. */
@NullMarked
package io.policyengine.policies.ai.shared.prompt;

import org.jspecify.annotations.NullMarked;
