/** Policies for models, agents and their tools; {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.ai;

import org.jspecify.annotations.NullMarked;
