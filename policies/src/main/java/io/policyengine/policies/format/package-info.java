/** The formats of bodies and fields: each has one package with its only reader. */
@NullMarked
package io.policyengine.policies.format;

import org.jspecify.annotations.NullMarked;
