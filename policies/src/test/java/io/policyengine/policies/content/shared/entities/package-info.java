/** Tests of the search for entities, and the labelled corpus that measures it. */
@NullMarked
package io.policyengine.policies.content.shared.entities;

import org.jspecify.annotations.NullMarked;
