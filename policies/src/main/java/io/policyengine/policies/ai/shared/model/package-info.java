/** The models that a request names, wherever a server may look for them, and lists of model names. */
@NullMarked
package io.policyengine.policies.ai.shared.model;

import org.jspecify.annotations.NullMarked;
