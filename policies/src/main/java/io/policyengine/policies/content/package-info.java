/** The family of policies that judge what stands in bodies; {@code shared} holds what several of them use. */
@NullMarked
package io.policyengine.policies.content;

import org.jspecify.annotations.NullMarked;
