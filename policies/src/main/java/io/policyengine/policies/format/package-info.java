/** The formats of bodies and fields: one package for each, which holds its only reader. */
@NullMarked
package io.policyengine.policies.format;

import org.jspecify.annotations.NullMarked;
