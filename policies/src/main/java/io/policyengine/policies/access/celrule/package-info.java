/** Policy {@code celRule}: refuses requests by an expression. */
@NullMarked
package io.policyengine.policies.access.celrule;

import org.jspecify.annotations.NullMarked;
