/** Tests of the interfaces of providers of models. */
@NullMarked
package io.policyengine.policies.ai.shared.ai;

import org.jspecify.annotations.NullMarked;
