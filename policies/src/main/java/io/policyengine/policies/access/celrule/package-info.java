/** Policy {@code celRule}: refuses requests according to an expression. */
@NullMarked
package io.policyengine.policies.access.celrule;

import org.jspecify.annotations.NullMarked;
