/** The family of policies that record what happened. {@code shared} holds code that several of them use. */
@NullMarked
package io.policyengine.policies.records;

import org.jspecify.annotations.NullMarked;
