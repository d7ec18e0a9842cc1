/**
 * JSON in bodies. {@link io.policyengine.policies.format.json.JsonReader} is the one reader of it, and decides what is JSON and how much of it; what
 * it finds goes to a {@link io.policyengine.policies.format.json.JsonSink}. {@link io.policyengine.policies.format.json.JsonTexts} gives whole texts as
 * trees or with the places of their parts, which {@link io.policyengine.policies.format.json.JsonSplices} edits.
 */
@NullMarked
package io.policyengine.policies.format.json;

import org.jspecify.annotations.NullMarked;
