/**
 * JSON in bodies. {@link io.policyengine.policies.format.json.JsonReader} is the only reader: it decides what is JSON
 * within the limits, and reports the parts to a {@link io.policyengine.policies.format.json.JsonSink}. {@link
 * io.policyengine.policies.format.json.JsonTexts} returns whole texts as trees, or with the positions of their parts.
 * {@link io.policyengine.policies.format.json.JsonSplices} edits a text by these positions.
 */
@NullMarked
package io.policyengine.policies.format.json;

import org.jspecify.annotations.NullMarked;
