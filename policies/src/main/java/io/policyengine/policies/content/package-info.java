/** The family of policies that judge the content of bodies. {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.content;

import org.jspecify.annotations.NullMarked;
