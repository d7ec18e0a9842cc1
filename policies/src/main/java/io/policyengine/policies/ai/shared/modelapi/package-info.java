/** The interfaces of model providers: the facts that requests state, and the token usage that responses report. */
@NullMarked
package io.policyengine.policies.ai.shared.modelapi;

import org.jspecify.annotations.NullMarked;
