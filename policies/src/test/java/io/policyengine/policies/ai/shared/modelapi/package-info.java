/** Tests of the interfaces of providers of models. */
@NullMarked
package io.policyengine.policies.ai.shared.modelapi;

import org.jspecify.annotations.NullMarked;
