/** The formats of bodies and fields. Each format has one package, which contains its only reader. */
@NullMarked
package io.policyengine.policies.format;

import org.jspecify.annotations.NullMarked;
