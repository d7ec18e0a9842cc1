/** The interfaces of providers of models: which of them a request speaks, what it asks for, and what an answer says was used. */
@NullMarked
package io.policyengine.policies.ai.shared.modelapi;

import org.jspecify.annotations.NullMarked;
