/** The interfaces of model providers: what requests state, and the token usage that responses report. */
@NullMarked
package io.policyengine.policies.ai.shared.modelapi;

import org.jspecify.annotations.NullMarked;
